/**
 * What is written on the volumes of the demo cluster, by volume handle: it outlives pods and claims,
 * and goes with the volume.
 */
export class Disks {
  readonly #data = new Map<string, string>()

  read(handle: string): string | null {
    return this.#data.get(handle) ?? null
  }

  write(handle: string, data: string): void {
    this.#data.set(handle, data)
  }

  remove(handle: string): void {
    this.#data.delete(handle)
  }

  clear(): void {
    this.#data.clear()
  }
}
