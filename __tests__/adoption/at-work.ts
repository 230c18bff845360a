import { runInNewContext } from "node:vm";
import type { Survey } from "../../adoption/look";
import { policy } from "../../contract/promises";
import type { Waiver } from "../../contract/waivers";
import { HOST } from "../by-hand/accounts";
import type { Config, ServiceConfig } from "../stacks/app";
import { faults } from "../stacks/faults";
import type { Visitor, World } from "../stacks/world";

const FIRST: Config = {
  services: {
    comfyui: {
      service: "comfyui",
      hostname: HOST,
      allowedEmails: ["ada@datacrew.space"],
    },
  },
};

/** A person at work: what is in main.ts and .env, and what commands did. */
export class AtWork {
  config = FIRST;
  settings: NodeJS.ProcessEnv = {};

  constructor(
    private readonly world: World,
    readonly before: unknown,
    private readonly admitted: readonly Visitor[],
    /** Who got to the service by hand: nobody of them may be kept out later. */
    readonly reached: readonly string[] = [],
    private readonly urls: readonly string[] = [`https://${HOST}/`],
  ) {}

  async run(...command: [string, ...string[]]) {
    const done = await this.world.command(
      this.config,
      { urls: this.urls, admitted: this.admitted },
      command,
      this.settings,
    );
    // The doctor tries its permissions by calls that can't succeed.
    const tried = (fault: string) =>
      command[0] === "doctor" && fault.startsWith("refused");
    expect(faults(done).filter((fault) => !tried(fault))).toEqual([]);
    return done;
  }

  waive(rule: Waiver["rule"]): void {
    const { comfyui } = this.config.services;
    const until = new Date(Date.now() + 30 * 86_400_000).toJSON().slice(0, 10);
    const waivers = [{ rule, reason: "it was so by hand", until }];
    this.config = { services: { comfyui: { ...comfyui!, waivers } } };
  }

  /** Writes what adopt says into main.ts and .env, to the letter. */
  async follow(): Promise<Survey> {
    const { outcome, writes } = await this.run("adopt", "comfyui", "--json");
    expect(writes).toEqual([]);
    const { hosts } = JSON.parse(outcome.stdout) as { hosts: Survey[] };
    const [host] = hosts;
    const inCode = host!.lines.filter(({ file }) => file === "main.ts");
    const props = runInNewContext(
      `({${inCode.map(({ text }) => text).join("\n")}})`,
      { policy },
    ) as Partial<ServiceConfig>;
    const { comfyui } = this.config.services;
    const services = { comfyui: { ...comfyui!, ...props } };
    this.config = { ...this.config, services };
    for (const { file, text } of host!.lines) {
      const [, name] = /^ACCESS_LOGIN_METHOD="(.*?)"/.exec(text) ?? [];
      if (file === ".env" && name !== undefined)
        this.settings = { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: name };
    }
    return host!;
  }
}
