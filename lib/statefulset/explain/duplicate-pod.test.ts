import { describe, expect, it } from 'vitest'
import { at, exampleNode } from '@/test/fixtures/example-objects'
import { twinRisk, type ForceDelete } from './duplicate-pod'

const record: ForceDelete = {
  namespace: 'default',
  set: 'web',
  ordinal: 1,
  pod: 'web-1',
  uid: 'old',
  node: 'n1',
  nodeUid: 'uid-n1',
  bootID: 'boot-n1',
  at: at(-60),
}
const rebooted = (name: string, bootID: string | null, uid = `uid-${name}`) => {
  const node = exampleNode(name, 'True', at(-5), { uid })
  return { ...node, status: { ...node.status, bootID } }
}

describe('the risk of two pods of one name', () => {
  it('stays while the old node is silent', () => {
    expect(twinRisk(record, exampleNode('n1', 'Unknown'), true)).toEqual({ open: true, reason: 'silent' })
  })
  it('stays when the node answers again without having rebooted', () => {
    expect(twinRisk(record, exampleNode('n1'), true)).toEqual({ open: true, reason: 'same-boot' })
  })
  it('stays when the node does not tell its boot id', () => {
    expect(twinRisk(record, rebooted('n1', null), true)).toEqual({ open: true, reason: 'no-boot-id' })
    expect(twinRisk({ ...record, bootID: '' }, rebooted('n1', 'b'), true)).toEqual({ open: true, reason: 'no-boot-id' })
  })
  it('stays when a new Node object is the same running machine', () => {
    expect(twinRisk(record, rebooted('n1', 'boot-n1', 'other'), true)).toEqual({ open: true, reason: 'same-boot' })
  })
  it('stays when nodes may not be seen', () => {
    expect(twinRisk(record, undefined, false)).toEqual({ open: true, reason: 'unseen' })
  })
  it('ends when the node is gone, rebooted or replaced', () => {
    expect(twinRisk(record, undefined, true)).toEqual({ open: false, reason: 'node-gone' })
    expect(twinRisk(record, rebooted('n1', 'another'), true)).toEqual({ open: false, reason: 'rebooted' })
    expect(twinRisk(record, rebooted('n1', null, 'other'), true)).toEqual({ open: false, reason: 'node-replaced' })
  })
  it('never was one for a pod that no node ran', () => {
    expect(twinRisk({ ...record, node: null }, undefined, true)).toEqual({ open: false, reason: 'never-ran' })
  })
})
