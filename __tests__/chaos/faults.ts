import { CUT, type Call, type Keeper, type Reply } from "./door";

/** What may happen to a job at one of its calls. */
export type Fault = Answered | Struck;

/** The call is answered otherwise than the API did, or not at all. */
export interface Answered {
  readonly kind: "answer";
  /** Whether only a call that writes can meet it. */
  readonly writes?: boolean;
  /** Whether the call may have had its effect all the same. @default false */
  readonly gateway?: true;
  /** @param again whether the call was met before, and its retries are too */
  readonly keep: (call: Call, pass: () => Promise<Reply>) => ReturnType<Keeper>;
  /** What becomes of the retries of a lost call. @default - as `keep` does */
  readonly after?: Keeper;
}

/** Somebody's hand: a signal, or a write of another's. */
export interface Struck {
  readonly kind: "strike";
  readonly victim: Victim;
}

export type Victim =
  "Ctrl-C" | "terraform" | "node" | "provider" | "group" | "other writer";

const error = (code: number, message: string) =>
  JSON.stringify({
    success: false,
    errors: [{ code, message }],
    messages: [],
    result: null,
  });

const refused =
  (
    status: number,
    body: string,
    headers: Record<string, string> = {},
  ): Keeper =>
  async () => ({
    status,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(body),
  });

const answered = (keep: Keeper): Answered => ({ kind: "answer", keep });
const struck = (victim: Victim): Struck => ({ kind: "strike", victim });

export const FAULTS = {
  "429": answered(
    refused(429, error(971, "Please wait and consider throttling"), {
      "retry-after": "1",
    }),
  ),
  "403": answered(refused(403, error(10000, "Authentication error"))),
  "500": answered(refused(500, error(1100, "Internal error"))),
  HTML: {
    kind: "answer",
    gateway: true,
    keep: refused(502, "<html><title>502 Bad gateway</title></html>", {
      "content-type": "text/html",
    }),
  },
  // It took effect, and nobody learns of it.
  lost: {
    kind: "answer",
    writes: true,
    keep: async (_, pass) => (await pass(), CUT),
    after: async () => CUT,
  },
  // It takes effect when its caller has given up, after what came next.
  late: {
    kind: "answer",
    writes: true,
    keep: async (_, pass) => {
      setTimeout(() => void pass().catch(() => {}), 1500);
      return CUT;
    },
    after: (_, pass) => pass(),
  },
  "other writer": struck("other writer"),
  "Ctrl-C": struck("Ctrl-C"),
  "kill terraform": struck("terraform"),
  "kill node": struck("node"),
  "kill provider": struck("provider"),
  "kill group": struck("group"),
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
