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
  readonly #addresses = new Map<string, Address>();

  /**
   * Adds a name, or moves it to another address.
   *
   * @param name Host and port, for example `caddy:80`.
   * @param at What answers for it: a port of 127.0.0.1, or an address.
   */
  add(name: string, at: number | Address): void {
    const address =
      typeof at === "number" ? { host: "127.0.0.1", port: at } : at;
    this.#addresses.set(name.toLowerCase(), address);
  }

  /** Where a name listens, or undefined where nobody has that name. */
  find(name: string): Address | undefined {
    return this.#addresses.get(name.toLowerCase());
  }
}
