import { Modal } from '@mantine/core';
import { SCREENS } from './screens';

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Find a campaign, an advertiser or an action'],
  ['/', 'Search on this screen'],
  ['j  k', 'Down and up in the list of the screen'],
  ['Enter', 'Open what is selected'],
  ['←  →', 'On a chart: from point to point'],
  ['+  -  0', 'On a chart: closer, wider, the whole'],
  ['Esc', 'Close, or leave a field'],
  ['?', 'This page'],
];

/** The keys, for whoever has forgotten one. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const rows = [...SCREENS.map(({ key, label }) => [`g ${key}`, `Go to ${label}`] as const), ...KEYS];
  return (
    <Modal opened onClose={onClose} title="Keys and marks" closeButtonProps={{ 'aria-label': 'Close' }}>
      <table className="fd-table">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">What it does</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, what]) => (
            <tr key={key}>
              <td>
                <kbd className="fd-kbd">{key}</kbd>
              </td>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="fd-dim">
        Pacing index: spend over what was expected by now. A circle is on plan (0.90 to 1.10), a triangle up
        spends too fast, a triangle down too slowly; red is beyond 0.70 or 1.30.
      </p>
    </Modal>
  );
}
