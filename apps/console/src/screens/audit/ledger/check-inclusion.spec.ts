import { describe, expect, it } from '@jest/globals';
import { checkInclusion } from './check-inclusion';
import { PROOF } from './inclusion.fixture';

describe('a proof of inclusion, checked in the browser', () => {
  it('holds for what a server answered', async () => {
    expect(await checkInclusion(PROOF)).toMatchObject({
      ...{ isProved: true, isLeafSame: true, isRootSame: true, isSignatureGood: true, signedSize: 106511 },
      leaf: PROOF.leafHash,
    });
  });

  it('finds what was changed (planted)', async () => {
    const cheaper = PROOF.event.replace('45000000', '15000000');
    expect(await checkInclusion({ ...PROOF, event: cheaper })).toMatchObject({
      ...{ isProved: false, isLeafSame: false, isRootSame: false, isSignatureGood: true },
    });
    expect(await checkInclusion({ ...PROOF, position: PROOF.position + 1 })).toMatchObject({
      isProved: false,
    });
    expect(await checkInclusion({ ...PROOF, path: PROOF.path.slice(1) })).toMatchObject({
      ...{ isProved: false, root: undefined },
    });
    const larger = PROOF.checkpoint.replace('\n106511\n', '\n1106511\n');
    expect(await checkInclusion({ ...PROOF, checkpoint: larger })).toMatchObject({ isSignatureGood: false });
    const ofAnother = PROOF.key.replace(/\+[0-9a-f]{8}\+/u, '+00000000+');
    expect(await checkInclusion({ ...PROOF, key: ofAnother })).toMatchObject({ isSignatureGood: false });
  });

  it('refuses a checkpoint that is none', async () => {
    await expect(checkInclusion({ ...PROOF, checkpoint: 'none' })).rejects.toThrow('checkpoint');
  });
});
