// An OpenID provider on a free port of this machine. It prints its issuer, and ends with its input.
// The argument is JSON: {clients, accounts, alg, claimsInIdToken}; accounts are claims by subject.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { clients, accounts, alg, claimsInIdToken } = JSON.parse(process.argv[2]);

const { privateKey } =
  alg === "RS256"
    ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : generateKeyPairSync("ec", { namedCurve: "P-256" });

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: clients.map((client) => ({ ...client, id_token_signed_response_alg: alg })),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg, use: "sig" }] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: !claimsInIdToken,
    pkce: { required: () => true },
    findAccount: (ctx, subject) =>
      accounts[subject] && {
        accountId: subject,
        claims: () => ({ sub: subject, ...accounts[subject] }),
      },
  });
  server.on("request", provider.callback());
  console.log(JSON.stringify({ issuer }));
});

process.stdin.on("end", () => process.exit()).resume();
