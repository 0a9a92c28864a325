/**
 * What the SDK does in the code of a function: `headers(operation)` of a signed request to Step Functions, and
 * `call(operation, input)`, which sends one and gives what came back.
 */
export const STATES_CLIENT = `
  const headers = (operation) => ({
    'x-amz-target': 'AWSStepFunctions.' + operation,
    authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/states/aws4_request, Signature=0',
  });
  const call = async (operation, input) => {
    const body = JSON.stringify(input);
    return (await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers: headers(operation), body })).json();
  };`;
