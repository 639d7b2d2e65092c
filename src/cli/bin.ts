import { main } from './main.ts';

main(process.argv.slice(2)).then((code) => {
  // Not process.exit: what was written to a pipe must get through.
  process.exitCode = code;
});
