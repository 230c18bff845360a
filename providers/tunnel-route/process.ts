import { began } from "../../base/process-start";

/**
 * The Terraform process that launched this provider; undefined where the
 * provider runs on its own and may serve many.
 */
export function terraformRun(): string | undefined {
  return process.env["TF_PLUGIN_MAGIC_COOKIE"] === undefined
    ? undefined
    : `${process.ppid} ${began(process.ppid)}`;
}

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error
    ? error.code
    : undefined;
}
