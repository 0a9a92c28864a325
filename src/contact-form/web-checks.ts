import { Token } from 'aws-cdk-lib';
import type { ContactFormProps } from './contact-form-props';
import type { FormThrottle } from './form-api';

/** What is wrong with where a form stands, and with what it takes. */
export function webProblem(props: ContactFormProps): string | undefined {
  return (
    originsProblem(props.allowOrigins ?? []) ??
    targetProblem(props.thankYouUrl) ??
    throttleProblem(props.throttle) ??
    webAclProblem(props.webAclArn)
  );
}

function originsProblem(origins: string[]): string | undefined {
  const wrong = origins.find((origin) => Token.isUnresolved(origin) || !isOrigin(origin));
  if (wrong === undefined) return undefined;
  return `the origin '${wrong}' is not what a browser sends; give scheme and host in small letters, without a path and without the scheme's own port, as in https://acme.example`;
}

function isOrigin(text: string): boolean {
  const isAllowed = /^(https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/.test(
    text,
  );
  return isAllowed && URL.canParse(text) && new URL(text).origin === text;
}

function targetProblem(url?: string): string | undefined {
  if (url === undefined) return undefined;
  if (!Token.isUnresolved(url) && /^https?:\/\/[^\s'"<>]+$/.test(url) && URL.canParse(url)) return undefined;
  return `the thankYouUrl '${url}' is no URL; give one such as https://acme.example/thanks`;
}

function throttleProblem(throttle?: FormThrottle): string | undefined {
  if (throttle === undefined) return undefined;
  const { rate, burst } = throttle;
  if (!Token.isUnresolved(rate) && !(Number.isFinite(rate) && rate > 0)) {
    return `the throttle's rate is ${rate}; give how many requests a second it takes, more than 0`;
  }
  if (Token.isUnresolved(burst) || (Number.isInteger(burst) && burst > 0)) return undefined;
  return `the throttle's burst is ${burst}; give how many requests it takes at once, a whole number from 1`;
}

function webAclProblem(arn?: string): string | undefined {
  if (arn === undefined || Token.isUnresolved(arn)) return undefined;
  if (/^arn:[\w-]+:wafv2:[\w-]+:\d{12}:regional\/webacl\/[^/]+\/[^/]+$/.test(arn)) return undefined;
  return `the webAclArn '${arn}' is no ARN of a regional web ACL; give one such as arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/NAME/ID`;
}
