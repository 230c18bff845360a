/** What a code by mail is called as a login method. */
export const ONE_TIME_PIN = "One-time PIN";

/** Whether a name means the code by mail, of which an account has one at most. */
export function isOneTimePin(name: string): boolean {
  return name.toLowerCase() === ONE_TIME_PIN.toLowerCase();
}
