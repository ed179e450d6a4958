// The server as a process of its own: `node --import tsx test/connectors/ots/serve.ts [port]`. Says how it is reached in one line of JSON.
import { startOtsServer } from './ots-server.ts';

const { endPoint, instanceName, accessId, accessKey } = await startOtsServer({
  port: Number(process.argv[2] ?? 0),
});
process.stdout.write(`${JSON.stringify({ endPoint, instanceName, accessId, accessKey })}\n`);
