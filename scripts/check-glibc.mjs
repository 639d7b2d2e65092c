// Fails if an ELF binary needs a newer glibc than allowed: node scripts/check-glibc.mjs 2.17 <binary>...
// Reads the version names that the dynamic linker will ask for (section .gnu.version_r), so it needs no binutils.
import { readFileSync } from 'node:fs';

const SHT_GNU_VERNEED = 0x6ffffffe;

/** Names such as GLIBC_2.17 that a 64-bit little-endian ELF file requires. */
function requiredVersions(elf) {
  if (elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1) throw new Error('not a 64-bit little-endian ELF file');
  const sectionsAt = Number(elf.readBigUInt64LE(0x28));
  const [size, count] = [elf.readUInt16LE(0x3a), elf.readUInt16LE(0x3c)];
  const section = (index) => {
    const at = sectionsAt + index * size;
    return {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      link: elf.readUInt32LE(at + 40),
      info: elf.readUInt32LE(at + 44),
    };
  };
  const names = [];
  for (let index = 0; index < count; index++) {
    const { type, offset, link, info } = section(index);
    if (type !== SHT_GNU_VERNEED) continue;
    const strings = section(link).offset;
    // Verneed { u16 version, u16 auxCount, u32 file, u32 aux, u32 next }, one for each library (`info` of them).
    for (let need = offset, left = info; left > 0; left--, need += elf.readUInt32LE(need + 12)) {
      // Vernaux { u32 hash, u16 flags, u16 other, u32 name, u32 next }, one for each version.
      let aux = need + elf.readUInt32LE(need + 8);
      for (let more = elf.readUInt16LE(need + 2); more > 0; more--, aux += elf.readUInt32LE(aux + 12)) {
        const start = strings + elf.readUInt32LE(aux + 8);
        names.push(elf.toString('latin1', start, elf.indexOf(0, start)));
      }
    }
  }
  return names;
}

const byVersion = (a, b) => a.localeCompare(b, 'en', { numeric: true });
const [allowed, ...binaries] = process.argv.slice(2);
if (binaries.length === 0) {
  console.error('usage: node scripts/check-glibc.mjs <version> <binary>...');
  process.exit(2);
}
for (const binary of binaries) {
  const versions = requiredVersions(readFileSync(binary))
    .filter((name) => /^GLIBC_\d/.test(name))
    .map((name) => name.slice('GLIBC_'.length));
  const newest = versions.sort(byVersion).at(-1) ?? '0';
  const ok = byVersion(newest, allowed) <= 0;
  console.log(`${binary}: needs glibc ${newest}, allowed ${allowed}${ok ? '' : ': TOO NEW'}`);
  if (!ok) process.exitCode = 1;
}
