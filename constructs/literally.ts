import { Token } from "cdktf";

/** A text in which Terraform sees no template, unless it is a reference itself. */
export function literally(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/[$%](?=\{)/g, "$&$&");
}

/** The same for every text in a value of JSON. */
export function allLiterally(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "string" ? literally(part) : part,
  );
}
