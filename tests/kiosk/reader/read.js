// Reads print jobs from stdin with npos, each behind its length as a 32-bit number, and writes their pictures to stdout: width and height as two 32-bit numbers, then one byte a dot (0 black, 1 white).
const npos = require("npos");

async function picture(job) {
  const read = await npos.parser().parse(job);
  const pictures = read.entries
    .filter((entry) => entry.type === "raster")
    .map((entry) => entry.data);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(pictures[0]._width, 0);
  head.writeUInt32LE(
    pictures.reduce((sum, p) => sum + p._height, 0),
    4
  );
  return Buffer.concat([head, ...pictures.map((p) => Buffer.from(p._data))]);
}

const parts = [];
process.stdin.on("data", (part) => parts.push(part));
process.stdin.on("end", async () => {
  try {
    const all = Buffer.concat(parts);
    for (let at = 0; at < all.length;) {
      const end = at + 4 + all.readUInt32LE(at);
      process.stdout.write(await picture(all.subarray(at + 4, end)));
      at = end;
    }
  } catch (error) {
    process.stderr.write(String(error));
    process.exitCode = 1;
  }
});
