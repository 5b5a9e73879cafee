import type { InclusionProof } from '../../../api/generated/types.gen';

/** An answer of GET /v1/audit/proofs/inclusion, as a Flightdeck with 106,000 events gave it. */
export const PROOF: InclusionProof = {
  format: 'flightdeck-inclusion@1',
  event:
    '{"index":5,"stream":"campaign-travel-card","revision":0,"recordedAtMs":1795664317532,"id":"fd5c5681-752a-441c-b4e4-e1b9c5317498","type":"CampaignRegistered","data":"{\\"campaignId\\":\\"travel-card\\",\\"name\\":\\"Travel rewards card\\",\\"advertiserId\\":\\"adv-cards\\",\\"currency\\":\\"EUR\\",\\"timezone\\":\\"Europe/Berlin\\",\\"flight\\":{\\"start\\":\\"2026-11-25T23:00:00.000Z\\",\\"end\\":\\"2026-12-25T23:00:00.000Z\\"},\\"budget\\":{\\"dailyMicros\\":45000000,\\"lifetimeMicros\\":1350000000},\\"pacing\\":{\\"mode\\":\\"ahead\\",\\"tolerance\\":0.05},\\"tags\\":[\\"cards\\"],\\"actor\\":\\"admin\\",\\"at\\":\\"2026-11-26T03:38:37.532Z\\",\\"effectiveAt\\":\\"2026-11-26T03:38:37.532Z\\"}","metadata":"{\\"actor\\":\\"admin\\",\\"correlationId\\":\\"b13860c1-a40f-421c-abee-bd8049557711\\"}"}',
  position: 5,
  leafHash: 'FO4vbLosz2dkEYPXkYi8kET2obMNX3w9jR8nEpeGsB8=',
  path: [
    'CEFGGec8imj6ktYVcFuOjQpV3TwPW76sQjC/SZWM7aQ=',
    '1a92wfWHpjmhCzA/Vd8ynoZUNegG1aQlFrg/5RttC18=',
    'AbnyRAALHRskzieEDi54UmGShedMZwylZxf1LZVQ/hE=',
    'b13GXZyED3tJL92mi3szYGe5XvDi7MkU7dyMjOJTaZc=',
    'zYTAUCfh+O+gQpab609IMq1sPupY8JhGoFXvcKb04OU=',
    'IFc8IHdGXS/CUtG8GAnoxg3TVTP1GvesFTBar6KYL+A=',
    'Gm02a3cBPhL4CbU6z3RM8KRlAndHs9bm7G6GUejEBxM=',
    'E25E2DYch2cfm+NfYFkTeMzdGZ/+QNFUWlHhFwSsKSw=',
    'HXN9ie+1p4tvViH0t9tlh6qKPdf7UvIcpgy16Fs9SwI=',
    'XyJBBl9X0usVZRblzTvU4pXdZH990gsJrXt7v2AGqHc=',
    '+VgdgzLfU5dLN7vtCocDDQUuIQIqSKm7Wz6b8xTgph0=',
    'tuyVt7eQkG6ZeWfgt/++9RWTo+FoZOpbGOBnGbMo3RE=',
    'tO5lgx5gboK5kVmLbqBieLiHABffsuL7R2Ez/i5qwH0=',
    'PVeTVDP1mAOMGIbtpPth4F+9aYU3RctZbtUi8OiY/dw=',
    'zmpwyb0K33uBBi41mbJKjVQ00ckvNiV1vG4Wzbsofs8=',
    'pYsbPlM6xIeVvwSFEVPT1E7O0tESI+LELlfOJdKfA7M=',
    'oZnLdFzLzSw1+FZ1/BgV6u5/GzlAKMf1g+EPYw6IV5s=',
  ],
  checkpoint:
    'flightdeck/1f1c0e37-3cd4-4db1-8b65-59130a891203\n106511\neRnpteLYvEbIye0xlRAA2vP7wXWq0KpgOaMIWOQgPKc=\n\n— flightdeck/1f1c0e37-3cd4-4db1-8b65-59130a891203 zaoTF66pozxmMW6fb28P+cV+HRzUrLPcscq5ueE2Ak+iM+083+5Ju8SFWjvMPoJ1gfUADsKkHFVQV8Y3B//TYZs1wAo=\n',
  key: 'flightdeck/1f1c0e37-3cd4-4db1-8b65-59130a891203+cdaa1317+AZoBbBNcho6n09U1XvZdQrt2xj5T2RIpnFuYUphirEhZ',
};
