// The peer: PouchDB sends documents to express-pouchdb, both on SQLite, over one connection, 200 at a time.
//
//   node peer.js FOLDER DOCUMENTS    FOLDER holds node_modules; DOCUMENTS is a JSON list of objects with an _id
//
// Prints {"docs", "bulk_s", "replicate_s"}: seconds of writing them straight to the server (`bulkDocs`), and of
// replicating them from a local database that holds them (which asks first what the server lacks).
const { fork } = require("node:child_process");
const { once } = require("node:events");
const { readFileSync } = require("node:fs");
const http = require("node:http");
const { createRequire } = require("node:module");
const path = require("node:path");

const BATCH = 200;
const [folder, documents] = process.argv.slice(2);
const from = createRequire(path.join(folder, "package.json"));
const adapters = ["node-websql", "http"].map((name) => `pouchdb-adapter-${name}`);
const PouchDB = [...adapters, "pouchdb-mapreduce", "pouchdb-replication"].reduce(
  (made, name) => made.plugin(from(name)),
  from("pouchdb-core"),
);

function serve() {
  const Stored = PouchDB.defaults({ adapter: "websql", prefix: path.join(folder, "server-") });
  const facts = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: path.join(folder, "log.txt") };
  const server = from("express")()
    .use("/", from("express-pouchdb")(Stored, facts))
    .listen(0, "127.0.0.1", () => process.send(server.address().port));
}

async function seconds(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function write(database, docs) {
  for (let first = 0; first < docs.length; first += BATCH) {
    const answers = await database.bulkDocs(docs.slice(first, first + BATCH));
    if (answers.some((answer) => !answer.ok)) throw new Error(JSON.stringify(answers));
  }
}

async function measure(port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const fetch = (url, options) => PouchDB.fetch(url, { ...options, agent });
  const at = (name) => new PouchDB(`http://127.0.0.1:${port}/${name}`, { adapter: "http", fetch });
  const docs = JSON.parse(readFileSync(documents, "utf8"));
  const [written, copied, local] = [at("written"), at("copied"), new PouchDB(path.join(folder, "local"), { adapter: "websql" })];
  await Promise.all([written.info(), copied.info(), write(local, docs)]);
  const bulk_s = await seconds(() => write(written, docs));
  const replicate_s = await seconds(() => local.replicate.to(copied, { batch_size: BATCH, batches_limit: 1 }));
  for (const { doc_count } of [await written.info(), await copied.info()]) {
    if (doc_count !== docs.length) throw new Error(`${doc_count} of ${docs.length} documents were stored`);
  }
  console.log(JSON.stringify({ docs: docs.length, bulk_s, replicate_s }));
}

async function main() {
  const server = fork(__filename, [folder]);
  try {
    const [port] = await once(server, "message");
    await measure(port);
  } finally {
    server.kill();
  }
}

if (documents) main().then(() => process.exit(0));
else serve();
