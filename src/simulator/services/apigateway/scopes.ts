type Claims = { readonly [name: string]: unknown };

/** Whether a token has one of the scopes that are asked for; true where none is. */
export function hasScope(claims: Claims, scopes: unknown): boolean {
  const wanted = (scopes ?? []) as readonly string[];
  return wanted.length === 0 || scopesOf(claims).some((scope) => wanted.includes(scope));
}

export function scopesOf({ scope, scp }: Claims): string[] {
  const given = scope ?? scp;
  return Array.isArray(given)
    ? given.map(String)
    : String(given ?? '')
        .split(' ')
        .filter(Boolean);
}

/** Whether a token is past its time; one without says nothing of it. */
export function isExpired({ exp }: Claims, now: number): boolean {
  return exp !== undefined && Number(exp) * 1000 <= now;
}

/** A claim as an event shows it: all are texts. */
export function claimTexts(claims: Claims): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
