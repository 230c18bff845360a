/** Names in an account come from others: none of them moves the cursor or colours the screen. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
