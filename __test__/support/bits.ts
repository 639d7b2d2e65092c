// Prints what all optimizers do, bit for bit: run in processes of their own by threads.test.ts.
import { basin, bent, OPTIMIZERS, STEPS } from './optimizers.ts';

const start = Array.from({ length: 60 }, (_, i) => 1.5 * Math.cos(1 + i * i));

const runs = OPTIMIZERS.map(({ name, make }) => {
  const bits = [basin, bent].map((objective) => {
    const optimizer = make(start);
    const iterates: string[] = [];
    while (optimizer.epoch < STEPS) {
      optimizer.step(objective);
      iterates.push(Buffer.from(optimizer.x.buffer).toString('hex'));
    }
    return [...iterates, Buffer.from(optimizer.snapshot()).toString('hex')];
  });
  return [name, bits];
});
process.stdout.write(JSON.stringify(runs));
