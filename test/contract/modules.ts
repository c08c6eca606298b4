import path from 'node:path'
import { run } from './clients/command'

const control = path.join(import.meta.dirname, '../../tools/control-plane/binaries/kubernetes-1.37')

/** The folder of one of the Go modules that the control plane is built from; fetched when it is not there. */
export async function moduleFolder(module: string): Promise<string> {
  const { stdout, stderr, code } = await run('go', ['mod', 'download', '-json', module], { cwd: control })
  if (code !== 0) throw new Error(stderr || stdout)
  return (JSON.parse(stdout) as { Dir: string }).Dir
}
