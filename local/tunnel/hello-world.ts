/**
 * The page of cloudflared's built-in test server, the service `hello_world`.
 * It answers every path; the server's own `/ws`, `/sse` and `/uptime` are left out.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/routing-to-tunnel/protocols/
 */
export const HELLO_WORLD_PAGE = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Cloudflare Tunnel Connection</title></head>
<body><h1>Congrats! You created a tunnel!</h1></body>
</html>
`;
