import { Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { useKnownCampaigns } from '../screens/campaigns/use-campaigns';
import { endSession } from '../session/session';
import { useMe } from '../session/use-session';
import { matchesAll } from '../format/search';
import { Icon, type IconName } from '../ui/icons';
import { SCREENS } from './screens';

const SHOWN_MAX = 12;

interface Action {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly run: () => void;
}

/** Everything by its name: screens, campaigns, what can be done. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [selected, setSelected] = useState(0);
  const actions = useActions();
  const shown = useMemo(
    () => actions.filter(({ label, hint }) => matchesAll(`${label} ${hint}`, text)).slice(0, SHOWN_MAX),
    [actions, text],
  );
  const run = (action: Action | undefined): void => {
    if (action === undefined) return;
    onClose();
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setSelected((at) => Math.max(0, Math.min(shown.length - 1, at + step)));
    if (event.key === 'Enter') run(shown[selected]);
    if (step !== 0 || event.key === 'Enter') event.preventDefault();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} yOffset="12vh" centered={false} size="lg">
      <TextInput
        data-autofocus
        size="sm"
        role="combobox"
        aria-label="Find or do"
        aria-expanded="true"
        aria-controls="fd-palette"
        aria-activedescendant={shown[selected] === undefined ? undefined : `fd-palette-${selected}`}
        placeholder="A campaign, an advertiser, a screen, an action"
        leftSection={<Icon name="search" />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setSelected(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul className="fd-options" id="fd-palette" role="listbox" aria-label="Found">
        {shown.map((action, at) => (
          <li
            key={action.id}
            id={`fd-palette-${at}`}
            role="option"
            aria-selected={at === selected}
            onMouseEnter={() => setSelected(at)}
            onClick={() => run(action)}
          >
            <Icon name={action.icon} />
            <span className="fd-cut">{action.label}</span>
            <span className="fd-dim" style={{ marginLeft: 'auto' }}>
              {action.hint}
            </span>
          </li>
        ))}
        {shown.length === 0 && <li className="fd-dim">Nothing is called that.</li>}
      </ul>
    </Modal>
  );
}

function useActions(): readonly Action[] {
  const me = useMe();
  const navigate = useNavigate();
  const campaigns = useKnownCampaigns();
  const { toggleColorScheme } = useMantineColorScheme();
  return useMemo(() => {
    const screens = SCREENS.filter(({ permission }) => me.permissions.includes(permission)).map(
      ({ path, label, icon, key }) => ({
        ...{ id: path, label, icon, hint: `g ${key}` },
        run: () => void navigate({ to: path }),
      }),
    );
    const open = campaigns.map(({ campaignId, name }) => ({
      ...{ id: `campaign ${campaignId}`, label: name, hint: campaignId, icon: 'campaigns' as const },
      run: () => void navigate({ to: '/campaigns/$campaignId', params: { campaignId } }),
    }));
    const advertisers = [...new Set(campaigns.map(({ advertiserId }) => advertiserId))].map(
      (advertiserId) => ({
        ...{ id: `advertiser ${advertiserId}`, label: advertiserId, hint: 'advertiser' },
        icon: 'advertisers' as const,
        run: () => void navigate({ to: '/advertisers/$advertiserId', params: { advertiserId } }),
      }),
    );
    const deeds: Action[] = [
      { id: 'theme', label: 'Switch between light and dark', hint: '', icon: 'moon', run: toggleColorScheme },
      { id: 'sign-out', label: 'Sign out', hint: '', icon: 'close', run: () => endSession() },
    ];
    return [...screens, ...deeds, ...open, ...advertisers];
  }, [me, navigate, campaigns, toggleColorScheme]);
}
