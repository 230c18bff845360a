import type {
  CompiledApplication,
  CompiledPolicy,
} from "./compile-application";
import type { SettledDecision } from "./decision";
import type { Inquiry } from "./inquiry";
import { because, NOTHING } from "./settled";
import { NO, YES } from "./truth";

/**
 * Called where a policy may or may not decide, with what it would decide. True
 * goes on as if it did not, false gives up.
 */
export type OnMaybe = (decision: SettledDecision) => boolean;

/** Block and Allow policies: the first that matches ends it, and where none does nobody gets in. */
export function afterLogin(
  app: CompiledApplication,
  inquiry: Inquiry,
  email: string,
  onMaybe: OnMaybe,
): SettledDecision | undefined {
  for (const policy of app.afterLogin) {
    const match = policy.matches(inquiry);
    if (match === NO) continue;
    if (policy.decision === "deny") {
      const blocked = denied(
        app,
        `policy ${policy.label} blocks ${email}`,
        policy,
      );
      if (match === YES) return blocked;
      if (!onMaybe(blocked)) return undefined;
      continue;
    }
    const approved = policy.approved?.(inquiry) ?? YES;
    if (approved !== NO) {
      const admitted = admit(app, email, policy);
      if (match === YES && approved === YES) return admitted;
      if (!onMaybe(admitted)) return undefined;
    }
    if (approved !== YES) {
      const waiting = denied(
        app,
        `policy ${policy.label} asks for an approval, and nobody has approved ${email}`,
        policy,
      );
      if (match === YES) return waiting;
      if (!onMaybe(waiting)) return undefined;
    }
  }
  return denied(
    app,
    app.afterLogin.length === 0
      ? "it has no policy, and then nobody gets in"
      : `no policy admits ${email}`,
  );
}

function admit(
  app: CompiledApplication,
  email: string,
  policy: CompiledPolicy,
): SettledDecision {
  return {
    application: app.application,
    reason: because(app, `policy ${policy.label} admits ${email}`),
    dependsOn: NOTHING,
    outcome: "pass",
    how: "identity",
    policy: policy.policy,
    session: policy.session,
  };
}

function denied(
  app: CompiledApplication,
  why: string,
  policy?: CompiledPolicy,
): SettledDecision {
  return {
    application: app.application,
    reason: because(app, why),
    dependsOn: NOTHING,
    outcome: "identity_denied",
    status: 403,
    policy: policy?.policy,
  };
}
