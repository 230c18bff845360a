import { networkInterfaces } from "node:os";
import { broken, kept, notChecked, type ProbeCheck } from "../check";

/** The service listens for the machine and its containers, not for the network. */
export const portClosed: ProbeCheck = {
  id: "port-closed",
  promise: "The service's port is closed to the network",
  lasting: true,
  async run({ localUrl }, { sockets }) {
    if (!sockets)
      return notChecked("run it on the machine itself, with --local");
    const port = Number(new URL(localUrl).port || "80");
    const own = (await sockets()).filter((socket) => socket.port === port);
    // Docker can also publish a port by the packet filter alone.
    if (own.length === 0)
      return notChecked(`no socket of this machine has port ${port}`);
    const open = own.find(({ address }) => !isInside(address));
    if (!open) return kept(`${port} is open to this machine at most`);
    return broken(
      `${port} is open on ${open.address}`,
      "everyone in the machine's network reaches the service past Access",
      `publish it for the machine alone: "127.0.0.1:${port}:…" in the compose file`,
    );
  },
};

/** Loopback, or an address that Docker gave to one of its bridges. */
function isInside(address: string): boolean {
  if (address === "::1" || address.startsWith("127.")) return true;
  return Object.entries(networkInterfaces()).some(
    ([name, addresses]) =>
      /^(docker|br-)/.test(name) &&
      addresses?.some((one) => one.address === address),
  );
}
