"""How the documentation is built: `make docs`. Nothing is fetched, at build time or by a page."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from jupyter_kfp_auth._version import __version__

project = "jupyter-kfp-auth"
author = "the jupyter-kfp-auth contributors"
copyright = author
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "generate",
]
exclude_patterns = ["_build", "generate", "images"]
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["attrs_block", "deflist"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
add_module_names = False
default_role = "py:obj"
napoleon_use_ivar = True

html_theme = "furo"
html_title = "jupyter-kfp-auth"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "source_repository": "https://github.com/jupyter-kfp-auth/jupyter-kfp-auth",
    "source_branch": "main",
    "source_directory": "docs/",
}
highlight_language = "text"
pygments_style = "friendly"
pygments_dark_style = "github-dark"
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True
