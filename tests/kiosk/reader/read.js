// Reads a print job from stdin with npos and writes its picture to stdout: width and height as two 32-bit numbers, then one byte a dot (0 black, 1 white).
const npos = require('npos');
const parts = [];
process.stdin.on('data', (part) => parts.push(part));
process.stdin.on('end', () => npos.parser().parse(Buffer.concat(parts)).then((read) => {
  const pictures = read.entries.filter((entry) => entry.type === 'raster').map((entry) => entry.data);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(pictures[0]._width, 0);
  head.writeUInt32LE(pictures.reduce((sum, p) => sum + p._height, 0), 4);
  process.stdout.write(Buffer.concat([head, ...pictures.map((p) => Buffer.from(p._data))]));
}).catch((error) => { process.stderr.write(String(error)); process.exitCode = 1; }));
