import type { NamedAccount } from "../account/named-account";
import type { World } from "../probe/world";
import type { Settings } from "../settings";
import type { PlannedService, Plans } from "./planned";

/** What checks of this machine look at. */
export interface MachineContext {
  readonly env: NodeJS.ProcessEnv;
  /** For example `24.18.0`. */
  readonly nodeVersion: string;
  readonly now: Date;
}

/** What checks of the account look at. */
export interface AccountContext {
  readonly settings: Settings;
  readonly account: NamedAccount;
  /** Undefined where the stacks did not synthesize. */
  readonly plans?: Plans;
  /** How the internet is asked. */
  readonly outside: Pick<World, "ask">;
  readonly now: Date;
}

/** What checks of one service look at. */
export interface ServiceContext extends AccountContext {
  readonly service: PlannedService;
}
