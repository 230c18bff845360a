/** Output of a stack that makes a tunnel: what its connectors run with. */
export const TUNNEL_TOKEN = "tunnel_token";
