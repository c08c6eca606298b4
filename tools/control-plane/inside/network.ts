import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { NodePlan } from './protocol'

const run = promisify(execFile)

/** The cluster's addresses: one for the control plane, one for DNS; nodes and pods have theirs in the plan. */
export const controlPlaneAddress = '172.20.0.1'
export const dnsAddress = '10.96.0.10'
export const serviceCIDR = '10.96.0.0/16'

async function ip(...args: string[]): Promise<void> {
  await run('ip', args)
}

/** Brings loopback up and makes the cluster's own addresses local, so that one process can answer for all of them. */
export async function openNetwork(): Promise<void> {
  await ip('link', 'set', 'lo', 'up')
  for (const address of [controlPlaneAddress, dnsAddress]) await ip('address', 'add', `${address}/32`, 'dev', 'lo')
}

/** A machine that is there: its address and its pods' addresses answer. */
export async function connectMachine(node: NodePlan): Promise<void> {
  for (const prefix of [`${node.address}/32`, node.podCIDR]) {
    await ip('route', 'del', 'unreachable', prefix, 'table', 'local').catch(() => {})
    await ip('route', 'replace', 'local', prefix, 'dev', 'lo', 'table', 'local')
  }
}

/** A machine that is gone: no route to it nor to its pods. */
export async function disconnectMachine(node: NodePlan): Promise<void> {
  for (const prefix of [`${node.address}/32`, node.podCIDR]) {
    await ip('route', 'del', 'local', prefix, 'dev', 'lo', 'table', 'local').catch(() => {})
    await ip('route', 'replace', 'unreachable', prefix, 'table', 'local')
  }
}
