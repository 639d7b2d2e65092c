/** A typed array that takes more numbers than it was made for. */
export class Growing<T extends Float64Array | Uint32Array> {
  #data: T;
  #length = 0;
  readonly #make: new (
    length: number,
  ) => T;

  constructor(make: new (length: number) => T, room: number) {
    this.#make = make;
    this.#data = new make(room);
  }

  /** Appends three numbers and returns the place of the first. */
  push3(a: number, b: number, c: number): number {
    const at = this.#length;
    if (at + 3 > this.#data.length) {
      const larger = new this.#make(2 * this.#data.length);
      larger.set(this.#data);
      this.#data = larger;
    }
    const data = this.#data;
    data[at] = a;
    data[at + 1] = b;
    data[at + 2] = c;
    this.#length = at + 3;
    return at;
  }

  /** What was appended, in an array of its own. */
  array(): T {
    return this.#data.slice(0, this.#length) as T;
  }
}
