import { NotKnown } from "../account/not-known";
import {
  notChecked,
  toFinding,
  type DoctorCheck,
  type DoctorFinding,
  type Seen,
} from "./check";

/** Runs checks side by side; what can't be found out is told as not checked. */
export async function runAll<Context>(
  checks: readonly DoctorCheck<Context>[],
  context: Context,
  about?: string,
): Promise<DoctorFinding[]> {
  const all = checks.map(async (check) =>
    (await look(check, context, about)).map((seen) => toFinding(check, seen)),
  );
  return (await Promise.all(all)).flat();
}

async function look<Context>(
  check: DoctorCheck<Context>,
  context: Context,
  about?: string,
): Promise<readonly Seen[]> {
  try {
    return [await check.run(context)].flat();
  } catch (error) {
    if (error instanceof NotKnown) return [notChecked(error.message, about)];
    throw error;
  }
}
