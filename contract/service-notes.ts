import type { IResolvable } from "cdktf";
import { z } from "zod/mini";

/**
 * Where a service's stack says what only commands want to know: in the comment
 * of its synthesized JSON (`//`), which Terraform passes over. As an output it
 * would be a change to deploy.
 */
export const SERVICE_NOTES = "service_notes";

const RULES = z.optional(
  z.array(z.record(z.string(), z.record(z.string(), z.unknown()))),
);

const NOTES = z.object({
  zone: z.string(),
  tunnel: z.string(),
  login_methods: z.array(z.string()),
  existing_tokens: z.optional(z.array(z.string())),
  people: z.optional(
    z.object({ include: RULES, require: RULES, exclude: RULES }),
  ),
  own_login: z.optional(z.string()),
  apps: z.optional(z.string()),
  stated_application: z.optional(z.string()),
  limits: z.optional(
    z.object({
      large_bodies: z.optional(z.string()),
      late_answers: z.optional(z.string()),
    }),
  ),
});

type StatedRules = readonly Readonly<
  Record<string, Readonly<Record<string, unknown>>>
>[];

/** Rules as code states them. What only Terraform can tell is a text with `${…}`. */
export interface StatedPeople {
  readonly include?: StatedRules;
  readonly require?: StatedRules;
  readonly exclude?: StatedRules;
}

export interface ServiceNotes {
  /** Names of what others made and the service stands on. */
  readonly zone: string;
  readonly tunnel: string;
  readonly loginMethods: readonly string[];
  /** Ids or client ids of tokens that were made elsewhere. @default - none */
  readonly existingTokens?: readonly string[];
  /** Whom its props allow, by Terraform's names. @default - not known */
  readonly people?: StatedPeople;
  /** See `Service`. @default - not known */
  readonly ownLogin?: string;
  /** See `Service`. @default - not known */
  readonly apps?: string;
  /** JSON of what the code states of its application, in the names of Cloudflare's API. */
  readonly statedApplication?: string;
  /** Whether the service meets Cloudflare's limits, and what to do then. */
  readonly limits?: {
    readonly largeBodies?: string;
    readonly lateAnswers?: string;
  };
}

/**
 * As they are written.
 *
 * @param people whom the props allow, which may be told at the end of a synth
 */
export function notesBlock(
  notes: Omit<ServiceNotes, "people">,
  people?: IResolvable,
): Omit<z.input<typeof NOTES>, "people"> & { people?: IResolvable } {
  const { existingTokens = [], limits, loginMethods } = notes;
  return {
    zone: notes.zone,
    tunnel: notes.tunnel,
    login_methods: [...loginMethods],
    existing_tokens:
      existingTokens.length > 0 ? [...existingTokens] : undefined,
    people,
    own_login: notes.ownLogin,
    apps: notes.apps,
    stated_application: notes.statedApplication,
    limits: limits && {
      large_bodies: limits.largeBodies,
      late_answers: limits.lateAnswers,
    },
  };
}

/** @param comment what a synthesized stack has under `//` */
export function readNotes(
  comment: Readonly<Record<string, unknown>> | undefined,
): ServiceNotes | undefined {
  const { data } = NOTES.safeParse(comment?.[SERVICE_NOTES]);
  return (
    data && {
      zone: data.zone,
      tunnel: data.tunnel,
      loginMethods: data.login_methods,
      existingTokens: data.existing_tokens,
      people: data.people,
      ownLogin: data.own_login,
      apps: data.apps,
      statedApplication: data.stated_application,
      limits: data.limits && {
        largeBodies: data.limits.large_bodies,
        lateAnswers: data.limits.late_answers,
      },
    }
  );
}
