"""Our own icons, 24 × 24, two-pixel strokes with square ends, and the four door signs, 20 × 24."""

ICONS = {
    "forward": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "back": '<path d="M20 12H5M11 6l-6 6 6 6"/>',
    "down": '<path d="M12 3v12M6 10l6 6 6-6M4 21h16"/>',
    "up": '<path d="M12 16V4M6 9l6-6 6 6M4 21h16"/>',
    "check": '<path d="M4 13l5 5L20 6"/>',
    "cross": '<path d="M5 5l14 14M19 5L5 19"/>',
    "plus": '<path d="M12 4v16M4 12h16"/>',
    "warn": '<path d="M12 3l10 18H2zM12 10v5M12 18v.1"/>',
    "lock": '<path d="M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4"/>',
    "eye": '<path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z"/><path d="M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6"/>',
    "search": '<path d="M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M15.5 15.5L21 21"/>',
    "print": '<path d="M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7z"/>',
    "camera": '<path d="M3 7h4l2-3h6l2 3h4v13H3zM12 9.500a4 4 0 1 0 .01 0"/>',
    "scan": '<path d="M3 8V3h5M16 3h5v5M21 16v5h-5M8 21H3v-5M4 12h16"/>',
    "offline": '<path d="M3 21L21 3M6 12a9 9 0 0 1 6-3M3 8.5A14 14 0 0 1 13 5M16 10.5l2 1.5M9.5 16a4 4 0 0 1 5 0M12 19.5v.1"/>',
    "language": '<path d="M3 5h11v9H8l-4 3v-3H3zM17 9h4v9h-1v3l-4-3h-5v-1"/>',
    "text": '<path d="M2 19l5-13 5 13M4 15h6M15 19l3.5-8 3.5 8M16 16.5h5"/>',
    "contrast": '<path d="M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z"/><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/>',
    "calendar": '<path d="M3 5h18v16H3zM3 10h18M8 2v5M16 2v5"/>',
    "place": '<path d="M12 22s7-8 7-13a7 7 0 1 0-14 0c0 5 7 13 7 13zM12 7a2 2 0 1 0 0 4a2 2 0 1 0 0-4"/>',
    "people": '<path d="M9 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M2 21v-2a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v2M17 5a4 4 0 0 1 0 7M19 15a5 5 0 0 1 3 4v2"/>',
    "device": '<path d="M5 2h14v16H5zM12 18v4M8 22h8"/>',
    "box": '<path d="M3 9h18v12H3zM6 9V4h12v5M9 9h6"/>',
    "edit": '<path d="M4 20l1-5L16 4l4 4L9 19zM14 6l4 4"/>',
    "file": '<path d="M5 2h10l4 4v16H5zM14 2v5h5"/>',
    "help": '<path d="M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M9.5 9a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M12 17v.1"/>',
    "person": '<path d="M12 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10M3 22v-1a6 6 0 0 1 6-6h6a6 6 0 0 1 6 6v1"/>',
    "display": '<path d="M2 19l5-13 5 13M4 15h6M15 19l3.5-8 3.5 8M16 16.5h5"/>',
}

DOORS = {
    "web": '<path fill="currentColor" fill-rule="evenodd" d="M2 23V9.5a8 8 0 0 1 16 0V23zM9 3.900A6 6 0 0 0 4.200 9H9zM11 3.900V9h4.8A6 6 0 0 0 11 3.900zM4.200 11v6H9v-6zM11 11v6h4.8v-6z"/>',
    "kiosk": '<path fill="currentColor" fill-rule="evenodd" d="M3 1.5h14V20h2.5v3H.5v-3H3zM5.5 4v10h9V4z"/><path stroke="currentColor" stroke-width="1.8" d="M7.5 6.5l5 5M12.5 6.5l-5 5"/>',
    "paper": '<path fill="none" stroke="currentColor" stroke-width="2" d="M3 2.5h9.5L17 7v15H3zM12 2.5V7.5h5"/><path stroke="currentColor" stroke-width="1.8" d="M6 11l3.600 3.600M9.600 11L6 14.600M11.8 13h2.700M6 18.200h8.5"/>',
    "desk": '<path fill="none" stroke="currentColor" stroke-width="2" d="M3 2.5h14V22H3z"/><path fill="currentColor" d="M2 14.5h16V23H2zM10 5a2.600 2.600 0 1 1 0 5.200A2.600 2.600 0 0 1 10 5zM5.600 14.5c0-4.8 8.8-4.8 8.8 0z"/>',
}
