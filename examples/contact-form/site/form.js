// Without this script the form posts itself, and leads to a page. With it, the visitor stays where they are.
const PROBLEMS = {
  required: 'Please fill this in.',
  'too-long': 'This is too long.',
  invalid: 'This is not valid.',
};

const form = document.querySelector('form');
const button = form.querySelector('button');
const status = form.querySelector('[role=status]');

/** Marks the fields that are wrong, and unmarks the others. */
const mark = (problems) => {
  for (const note of form.querySelectorAll('.problem')) {
    const name = note.id.replace('-problem', '');
    note.textContent = PROBLEMS[problems[name]] ?? '';
    form.elements[name].setAttribute('aria-invalid', String(name in problems));
  }
  form.querySelector('[aria-invalid=true]')?.focus();
};

const send = async () => {
  const body = JSON.stringify(Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== '')));
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(form.action, { method: 'POST', headers, body });
  const { fields = {}, message } = await response.json();
  mark(fields);
  if (response.ok) form.reset();
  return response.ok
    ? 'Thank you. Your message has been received.'
    : (message ?? 'The message was not sent. Please correct what is marked.');
};

// The answer says what is wrong, for all fields at once.
form.noValidate = true;
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  status.textContent = 'Sending …';
  try {
    status.textContent = await send();
  } catch {
    status.textContent = 'The message could not be sent. Please try again later.';
  } finally {
    button.disabled = false;
  }
});
