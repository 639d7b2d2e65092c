/** A line that says how far a run is: rewritten in place on a terminal, printed now and then elsewhere. */
export class ProgressLine {
  readonly #name: string;
  readonly #total: number;
  #shown = 0;
  #last = -1;

  constructor(name: string, total: number) {
    this.#name = name;
    this.#total = total;
  }

  update(done: number, text: string): void {
    const terminal = process.stdout.isTTY === true;
    const now = performance.now();
    const quarter = Math.floor((4 * done) / this.#total);
    if (done < this.#total && (terminal ? now - this.#shown < 50 : quarter === this.#last)) return;
    [this.#shown, this.#last] = [now, quarter];
    const width = 20;
    const filled = Math.round((width * done) / this.#total);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
    const line = `${this.#name.padEnd(22)} ${bar} ${String(done).padStart(String(this.#total).length)}/${this.#total}  ${text}`;
    process.stdout.write(terminal ? `\r\u001b[K${line}${done < this.#total ? '' : '\n'}` : `${line}\n`);
  }
}
