"""The overview's content as one would write it first in Streamlit and in Dash: a frame of figures, filters, two charts, lists."""
