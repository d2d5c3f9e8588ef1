"""The main window: docks around the 3D view, menus and tool bar from the action records, the status bar."""
