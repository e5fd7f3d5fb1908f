import { example } from "./built/call.js";

console.log(JSON.stringify(await example(process.argv[2])));
