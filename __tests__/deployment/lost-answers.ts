import type { Api } from "../../local/api/api";
import { DROP, type ApiCall } from "../../local/api/calls";

/** The calls that make something, by what they make. */
const CREATES: Readonly<Record<string, RegExp>> = {
  "login method": /^POST .*\/access\/identity_providers$/,
  token: /^POST .*\/access\/service_tokens$/,
  "service token policy": /^POST .*\/access\/policies non_identity$/,
  "people policy": /^POST .*\/access\/policies allow$/,
  application: /^POST .*\/access\/apps$/,
  route: /^PUT .*\/cfd_tunnel\/.*\/configurations$/,
  "DNS record": /^POST .*\/dns_records$/,
};

/** Loses the first answer to each create, after it took effect. */
export class LostAnswers {
  /** What was made without the answer coming through, in order. */
  readonly lost: string[] = [];

  /**
   * @param options.givesUp the attempts that follow one that was lost fail as
   * well, without an effect, until `goOn` is called
   */
  constructor(
    api: Api,
    private readonly options: { readonly givesUp: boolean },
  ) {
    api.onCall({
      before: (call) => (this.#cut.has(kindOf(call)) ? DROP : undefined),
      after: (call, answer) => {
        const kind = kindOf(call);
        if (!answer.ok || kind === undefined || this.lost.includes(kind))
          return undefined;
        this.lost.push(kind);
        if (this.options.givesUp) this.#cut.add(kind);
        return DROP;
      },
    });
  }

  readonly #cut = new Set<string | undefined>();

  /** The connection is back. */
  goOn(): void {
    this.#cut.clear();
  }
}

export const ALL = Object.keys(CREATES);

function kindOf({ body, method, path }: ApiCall): string | undefined {
  const { decision } = (body ?? {}) as { decision?: string };
  const call = `${method} ${path}${decision ? ` ${decision}` : ""}`;
  return ALL.find((kind) => CREATES[kind]?.test(call));
}
