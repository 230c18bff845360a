/** Where a name of the network really listens. */
export interface Address {
  /** An address of this machine's loopback. */
  readonly host: string;
  readonly port: number;
}

/**
 * The names that stand-ins are reached by: those that Docker's DNS knows
 * (`comfyui:8188`) and the ports that the host publishes (`localhost:8188`).
 * It stands in front of the machine's own names and ports, which are never
 * asked: a name that was not added does not exist.
 */
export class Network {
  readonly #ports = new Map<string, number>();

  /**
   * Adds a name, or moves it to another port.
   *
   * @param name Host and port, for example `caddy:80`.
   * @param port The port of 127.0.0.1 that answers for it.
   */
  add(name: string, port: number): void {
    this.#ports.set(name.toLowerCase(), port);
  }

  /** Where a name listens, or undefined where nobody has that name. */
  find(name: string): Address | undefined {
    const port = this.#ports.get(name.toLowerCase());
    return port === undefined ? undefined : { host: "127.0.0.1", port };
  }
}
