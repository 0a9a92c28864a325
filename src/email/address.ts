const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;

/** Whether a text is one plain e-mail address: what else mail programs take for one could name a person twice. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}
