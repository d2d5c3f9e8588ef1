"""What Fusion and a palette alone do not give: flat docks, quiet tool bars, thin splitters, one look for panels."""

from typing import Final

from interact_app.theme.palette import Tones

_TEMPLATE: Final = """
QMainWindow::separator {{ background: {window}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {accent}; }}
QDockWidget {{ font-weight: 600; }}
QDockWidget::title {{ background: {window}; padding: 5px 8px; border: none; }}
QToolBar {{ background: {window}; border: none; border-bottom: 1px solid {border}; spacing: 2px; padding: 3px 6px; }}
QToolBar::separator {{ background: {border}; width: 1px; margin: 4px 5px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 3px; }}
QToolButton:hover {{ background: {button}; }}
QToolButton:pressed, QToolButton:checked {{ background: {pressed}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[role="chip"] {{ background: {button}; border: 1px solid {border}; border-radius: 7px; padding: 0 6px; }}
QToolButton[role="chip"]:hover {{ border-color: {muted}; }}
QToolButton[role="chip"]:focus {{ border-color: {accent}; }}
QToolButton[role="chip"]:checked {{ background: {pressed}; border-color: {accent}; }}
QToolButton[role="chip"]:disabled {{ color: {disabled}; }}
QStatusBar {{ background: {window}; border-top: 1px solid {border}; color: {muted}; }}
QStatusBar::item {{ border: none; }}
QTabBar::tab {{ padding: 5px 12px; border: none; background: transparent; color: {muted}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QMainWindow > QTabBar {{ qproperty-usesScrollButtons: true; qproperty-elideMode: ElideNone; }}
QMainWindow > QTabBar::tab {{ padding: 5px 8px; }}
QMenuBar {{ background: {window}; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {button}; }}
QMenu {{ background: {panel}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 10px; border-radius: 3px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {disabled}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 8px; }}
QToolTip {{ background: {panel}; color: {text}; border: 1px solid {border}; padding: 4px; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {handle}; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {base}; border: 1px solid {border}; border-radius: 4px; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {muted}; border-radius: 3px; background: {base}; }}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {accent}; }}
QCheckBox::indicator:disabled {{ border-color: {border}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url(theme:check.svg); }}
QCheckBox::indicator:checked:disabled {{ background: {disabled}; border-color: {disabled}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="title"] {{ font-weight: 600; }}
QLabel[role="danger"] {{ color: {danger}; }}
QFrame[role="banner"] {{ background: {panel}; border: 1px solid {border}; border-left: 3px solid {accent}; border-radius: 4px; }}
QFrame[role="banner"][tone="error"] {{ border-left-color: {danger}; }}
QFrame[role="banner"][tone="warning"] {{ border-left-color: {warning}; }}
"""


def style_sheet(tones: Tones) -> str:
    """The sheet in these shades."""
    pressed, handle = ("#3a4657", "#4a5058") if tones.dark else ("#cfe0f7", "#b4bcc4")
    shades = {key: value for key, value in vars(tones).items() if isinstance(value, str)}
    return _TEMPLATE.format(**shades, pressed=pressed, handle=handle)
