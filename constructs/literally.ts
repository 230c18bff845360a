import { Token } from "cdktf";

/** A text in which Terraform sees no template, unless it is a reference itself. */
export function literally(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/[$%](?=\{)/g, "$&$&");
}
