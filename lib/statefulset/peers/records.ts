/** What is asked of the cluster's DNS, and what it answers. Names are without their final dot. */

export type DnsQuestion = { name: string; type: 'SRV' | 'A' | 'AAAA' }

export type SrvData = { priority: number; weight: number; port: number; target: string }

export type DnsRecord =
  | { type: 'SRV'; name: string; ttl: number; data: SrvData }
  | { type: 'A' | 'AAAA' | 'CNAME'; name: string; ttl: number; data: string }

export type DnsAnswer = {
  question: DnsQuestion
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`… */
  rcode: string
  records: DnsRecord[]
  /** Addresses that came beside SRV records. */
  additionals: DnsRecord[]
  /** How long "no such name", or "no such record", may be remembered, in seconds; null where it does not apply. */
  negativeTtl: number | null
  /** How long the answer took, in milliseconds. */
  ms: number
}

/** One key for each question, whatever the case of its name. */
export function questionKey({ name, type }: DnsQuestion): string {
  return `${type} ${name.toLowerCase()}`
}
