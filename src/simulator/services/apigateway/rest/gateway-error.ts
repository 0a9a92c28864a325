/** An error that API Gateway itself answers a REST request with. */
export class GatewayError extends Error {
  constructor(
    /** The type of the gateway response, e.g. `BAD_REQUEST_BODY`. */
    readonly responseType: string,
    readonly status: number,
    message: string,
    /** What is wrong with the body. */
    readonly validationError?: string,
    readonly takesMs = 0,
  ) {
    super(message);
  }
}

export const unauthorized = (): GatewayError => new GatewayError('UNAUTHORIZED', 401, 'Unauthorized');
export const missingToken = (): GatewayError =>
  new GatewayError('MISSING_AUTHENTICATION_TOKEN', 403, 'Missing Authentication Token');
export const configurationError = (): GatewayError =>
  new GatewayError('API_CONFIGURATION_ERROR', 500, 'Internal server error');
