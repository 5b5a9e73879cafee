import { Link, Outlet } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useMe } from '../session/use-session';
import { Icon } from '../ui/icons';
import { CommandPalette } from './command-palette';
import { ConnectionMark } from './connection-mark';
import { Help } from './help';
import { SCREENS } from './screens';
import { useShortcuts } from './shortcuts';
import { UserMenu } from './user-menu';
import icon from './icon.svg';

/** What stands around every screen. */
export function Shell() {
  const me = useMe();
  const screens = SCREENS.filter(({ permission }) => me.permissions.includes(permission));
  const [open, setOpen] = useState<'palette' | 'help'>();
  const main = useRef<HTMLElement>(null);
  useShortcuts({ onPalette: () => setOpen('palette'), onHelp: () => setOpen('help') });
  return (
    <div className="fd-shell">
      <a
        className="fd-skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <header className="fd-top">
        <Link
          to="/"
          className="fd-brand"
          aria-label={`Flightdeck${screens[0] === undefined ? '' : `, ${screens[0].label.toLowerCase()}`}`}
        >
          <img src={icon} width={20} height={20} alt="" />
          <span>Flightdeck</span>
        </Link>
        <button type="button" className="fd-find" onClick={() => setOpen('palette')}>
          <Icon name="search" size={14} />
          Find or do
          <kbd>Ctrl K</kbd>
        </button>
        <div className="fd-top-right">
          <ConnectionMark />
          <UserMenu onHelp={() => setOpen('help')} />
        </div>
      </header>
      <nav className="fd-nav" aria-label="Screens">
        {screens.map((screen) => (
          <Link key={screen.path} to={screen.path}>
            <Icon name={screen.icon} />
            {screen.label}
            <kbd className="fd-kbd" aria-hidden="true">
              g {screen.key}
            </kbd>
          </Link>
        ))}
        <div className="fd-nav-foot">
          {me.role} · {me.version}
        </div>
      </nav>
      <main className="fd-main" id="main" tabIndex={-1} ref={main}>
        <Outlet />
      </main>
      {open === 'palette' && <CommandPalette onClose={() => setOpen(undefined)} />}
      {open === 'help' && <Help onClose={() => setOpen(undefined)} />}
    </div>
  );
}
