import { errorsIn, remedyFor } from "../deployment/remedies";
import { TerraformError } from "../deployment/terraform";

/**
 * What went wrong in Terraform, with what to do about it where that is known.
 *
 * @throws the error itself where it is another
 */
export function failureOf(error: unknown): string {
  if (!(error instanceof TerraformError)) throw error;
  const remedy = remedyFor(error.output, error.binary)?.remedy;
  return [errorsIn(error.output), ...(remedy ? ["", remedy] : [])].join("\n");
}
